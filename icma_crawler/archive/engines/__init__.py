"""The engines that can hold an archive. Only here is known which database it is."""
